//! Text and places.
