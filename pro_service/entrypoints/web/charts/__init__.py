"""The drawings of the desk: values in, one SVG text out."""
