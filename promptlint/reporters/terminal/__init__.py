"""What the reporters for people share: display cells, styles, the code frame and the preview of a fix."""
