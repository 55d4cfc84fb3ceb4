"""Tables to figures: no streamlit, no computation."""
