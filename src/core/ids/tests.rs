//! The published vectors and the negatives, identifier by identifier.
mod codes;
mod keys;
mod links;
mod lots;
mod resolver;
