//! Trying a policy on a history: the simulation, held against real replays.

mod alike;
mod people;
mod properties;
mod world;
