"""The process in which the control-side methods of modules run, as plain Python, apart from everything."""
