"""Measures the assistant: its retrieval, and its answers by citations, key points and refusals."""
