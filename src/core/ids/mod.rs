//! Identifiers with their check digits, Digital Link, and the code resolver.
