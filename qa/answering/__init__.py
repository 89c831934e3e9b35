"""From passages and spans to an ``Answer`` whose every statement carries checked citations."""
