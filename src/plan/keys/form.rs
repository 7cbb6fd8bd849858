//! The forms that values of plan keys have, behind a flag and in the plan file.

use std::ffi::OsString;
use toml::Value;

/// The form of a key's value: behind the flag, and in the plan file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// None: the flag alone.
    Switch,
    Text,
    /// A time with its unit.
    Time,
    /// A text that may begin with a minus, which is then refused in words of its own.
    Percent,
    /// A whole number.
    Number,
    /// A number, perhaps with a fraction.
    Decimal,
    /// A file or folder.
    Path,
    /// Words with commas between them; in the file also a list.
    Words,
    /// Whole numbers with commas between them; in the file also a list, or a single number.
    Numbers,
    /// `NAME=TEXT`, once for each; in the file a table, to which the flags add.
    Pairs,
    /// A time with its unit, or the flag alone, which stands for this one; in the file also true
    /// and false.
    TimeOr(&'static str),
}

impl Form {
    /// The values of this text, as they would stand behind the flag.
    pub(crate) fn values(self, text: &str) -> Vec<OsString> {
        if matches!(self, Self::Words | Self::Numbers) {
            text.split(',').map(Into::into).collect()
        } else {
            vec![text.into()]
        }
    }

    /// The values of a plan file, as they would stand behind the flag. None where they have another
    /// form.
    pub(crate) fn values_of_file(self, value: &Value) -> Option<Vec<OsString>> {
        let texts = match (self, value) {
            (Self::Words, Value::Array(words)) => words.iter().map(text).collect(),
            (Self::Numbers, Value::Array(numbers)) => numbers.iter().map(whole_number).collect(),
            (Self::Words | Self::Numbers, Value::String(text)) => {
                Some(text.split(',').map(|word| word.trim().to_owned()).collect())
            }
            (Self::Pairs, Value::Table(pairs)) => pairs
                .iter()
                .map(|(name, value)| Some(format!("{name}={}", value.as_str()?)))
                .collect(),
            (Self::TimeOr(usual), Value::Boolean(true)) => Some(vec![usual.to_owned()]),
            (Self::TimeOr(_), Value::Boolean(false)) => Some(Vec::new()),
            (Self::Text | Self::Time | Self::Percent | Self::Path | Self::TimeOr(_), value) => {
                text(value).map(|text| vec![text])
            }
            (Self::Number | Self::Numbers, value) => whole_number(value).map(|number| vec![number]),
            (Self::Decimal, Value::Float(number)) => Some(vec![number.to_string()]),
            (Self::Decimal, value) => whole_number(value).map(|number| vec![number]),
            _ => None,
        };
        texts.map(|texts| texts.into_iter().map(Into::into).collect())
    }

    /// What a plan file has to have, in words.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Switch => "nothing",
            Self::Text => "a text in quotes",
            Self::Time => "a time with its unit, in quotes,",
            Self::Percent => "a percentage in quotes",
            Self::Number => "a whole number without quotes",
            Self::Decimal => "a number without quotes",
            Self::Path => "a path in quotes",
            Self::Words => "a list of words, or one text with commas,",
            Self::Numbers => "a list of whole numbers",
            Self::Pairs => "a table of texts",
            Self::TimeOr(_) => "true, false or a time with its unit, in quotes,",
        }
    }

    /// A number of the plan file that lacks its unit, with the unit that this example has.
    pub(crate) fn with_unit(self, value: &Value, example: &str) -> Option<String> {
        let number = match value {
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => return None,
        };
        let unit = example.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        matches!(self, Self::Time | Self::TimeOr(_) | Self::Percent).then(|| number + unit)
    }

    /// The text that stands behind the flag, as a plan file has it.
    pub(crate) fn file_text(self, text: &str) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        match self {
            Self::Number | Self::Decimal => text.to_owned(),
            Self::Numbers => format!("[{}]", text.replace(',', ", ")),
            Self::Words => {
                let words: Vec<String> = text.split(',').map(quoted).collect();
                format!("[{}]", words.join(", "))
            }
            Self::Pairs => {
                let (name, value) = text.split_once('=').unwrap_or((text, ""));
                format!("{{ {} = {} }}", quoted(name), quoted(value))
            }
            _ => quoted(text),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

fn whole_number(value: &Value) -> Option<String> {
    value.as_integer().map(|number| number.to_string())
}
