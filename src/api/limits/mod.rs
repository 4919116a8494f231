//! Limits on what one request, one connection and one address can make the server do.

pub mod body;
