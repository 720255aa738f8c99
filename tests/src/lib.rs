//! Shared pieces of the tests that cross crates: the real hub on port 0, real desks, the real window; and the bench.

pub mod anywhere;
pub mod app_window;
pub mod bad_wire;
pub mod bench;
pub mod desk_harness;
pub mod desk_process;
pub mod file_drop;
pub mod hub_process;
pub mod moody_receiver;
pub mod own_postgres;
pub mod postgres;
pub mod programs;
pub mod provider;
pub mod receiver;
pub mod small_cases;
pub mod team_hub;
pub mod webdriver;
