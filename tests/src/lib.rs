//! Nothing lives here; the tests do.
