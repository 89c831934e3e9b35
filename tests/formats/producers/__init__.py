"""The programs that make the files: pandoc, LibreOffice and Chromium, driven as their users would."""
