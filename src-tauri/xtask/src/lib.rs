//! What `run`, `test` and the window tests share: driving the real window.
