//! How questions and answers travel on a channel of tonic's: which methods of the contract carry
//! them. One style a file; deadlines and the end of a connection are not here.

mod streams;
mod style;
mod unary;

pub(crate) use streams::{ClientStreaming, OneStream, ServerStreaming};
pub(crate) use style::{CallStyle, Stubs};
pub(crate) use unary::{Unary, ask};
