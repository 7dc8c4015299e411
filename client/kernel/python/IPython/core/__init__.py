"""As much of IPython.core as libraries import."""
