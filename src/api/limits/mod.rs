//! Limits on what one request, one connection and one address can make the server do.

pub mod address;
pub mod body;
pub mod gate;
pub mod large;
pub mod rate;
pub mod turn;
pub mod unread;
