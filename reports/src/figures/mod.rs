//! What a record says in numbers: cells, tails, visits, stages, contrasts, loads. No verdict and no
//! sentence stands here.

pub(crate) mod cells;
pub mod contrasts;
pub mod load;
pub mod precision;
pub mod resources;
pub mod row;
pub mod series;
pub mod stages;
pub mod summary;
pub(crate) mod tail;
pub mod withdrawn;
