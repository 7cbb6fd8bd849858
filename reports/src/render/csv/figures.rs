//! Every computed figure, one line or one object for each. Of numbers that were not told there is
//! an empty field, or null.

use crate::{
    render::csv::lines::{number, table},
    view::exported::Exported,
};
use serde_json::{Value, json};

const HEAD: &str = "\
    figure,lane,other_lane,placement,other_placement,engine,workload,size,mode,items,condition,\
    value,unit,low,high,confidence,restarts";

pub(crate) fn csv(figures: &[Exported]) -> String {
    table(HEAD, figures.iter().map(fields))
}

/// The names of the columns of [`csv`], with the values as they are.
pub(crate) fn json(figures: &[Exported]) -> Value {
    json!({ "format": "tollgate-figures", "version": 1, "figures": figures })
}

fn fields(one: &Exported) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let whole = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
    vec![
        one.figure.to_owned(),
        text(&one.lane),
        text(&one.other_lane),
        text(&one.placement),
        text(&one.other_placement),
        text(&one.engine),
        text(&one.workload),
        whole(one.size),
        text(&one.mode),
        whole(one.items),
        text(&one.condition),
        number(one.value),
        one.unit.to_owned(),
        number(one.low),
        number(one.high),
        number(one.confidence),
        one.restarts.map_or_else(String::new, |restarts| restarts.to_string()),
    ]
}
