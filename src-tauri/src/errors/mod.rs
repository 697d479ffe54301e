//! The catalogue: the one place where a failure becomes words and buttons.
