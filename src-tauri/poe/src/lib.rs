//! A client for the Poe API.
