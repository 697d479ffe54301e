//! Markdown arrives in pieces, safe HTML blocks go out.
