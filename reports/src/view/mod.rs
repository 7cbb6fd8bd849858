//! What stands in a report, as data: tables, charts, controls. Every rendering walks it.

pub(crate) mod charts;
pub(crate) mod cores_at_rate;
pub(crate) mod exported;
pub(crate) mod figure;
pub(crate) mod first_table;
pub(crate) mod head_to_head;
pub(crate) mod load_table;
pub(crate) mod payload_sizes;
pub(crate) mod placements;
pub(crate) mod stages_tables;
pub(crate) mod table;
pub(crate) mod what_if;
