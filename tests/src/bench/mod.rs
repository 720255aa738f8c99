//! What `make bench` measures, each part in a module of its own; the figures come together in `report`.

pub mod cases;
pub mod disk;
pub mod hub;
pub mod memory;
pub mod next;
pub mod report;
pub mod start;
pub mod team;
