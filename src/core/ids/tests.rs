//! The published vectors and the negatives, identifier by identifier.
mod keys;
