//! What stands in a report, as data: tables, charts, controls. Every rendering walks it.

pub(crate) mod charts;
pub(crate) mod cores_at_rate;
pub(crate) mod exported;
pub(crate) mod figure;
pub(crate) mod lanes;
pub(crate) mod load_table;
pub(crate) mod payload_sizes;
pub(crate) mod stages_tables;
pub(crate) mod table;
pub(crate) mod table_section;
pub(crate) mod what_if;
