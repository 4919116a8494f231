//! Records: the exact bytes an author signed, in a strict profile of SD-JWT.
