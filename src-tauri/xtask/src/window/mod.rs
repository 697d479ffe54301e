//! Driving the window.
