//! The first screen: the head in a line, the warnings behind another, and the box that answers.

pub(crate) mod answer_box;
pub(crate) mod head;
