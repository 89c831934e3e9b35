"""Running models as int8 ONNX, and the embedding model that comes with the package."""
