//! How messages become the bytes of a gRPC frame, and back.
//!
//! Not tonic-prost's codec, for two reasons: that one reports undecodable bytes as INTERNAL, which
//! also means a bug, where the contract says DATA_LOSS; and a stamped call needs the time that
//! decoding and encoding take.

use crate::stamps::{Part, timed};
use prost::{
    Message,
    bytes::{Buf, BufMut},
};
use std::marker::PhantomData;
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// Sends messages `Out` and receives messages `In`.
pub(crate) struct MessageCodec<Out, In>(PhantomData<(Out, In)>);

impl<Out, In> Default for MessageCodec<Out, In> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<Out, In> Codec for MessageCodec<Out, In>
where
    Out: Message + Send + 'static,
    In: Message + Default + Send + 'static,
{
    type Encode = Out;
    type Decode = In;
    type Encoder = MessageEncoder<Out>;
    type Decoder = MessageDecoder<In>;

    fn encoder(&mut self) -> MessageEncoder<Out> {
        MessageEncoder(PhantomData)
    }

    fn decoder(&mut self) -> MessageDecoder<In> {
        MessageDecoder(PhantomData)
    }
}

pub(crate) struct MessageEncoder<M>(PhantomData<M>);

impl<M: Message> Encoder for MessageEncoder<M> {
    type Item = M;
    type Error = Status;

    fn encode(&mut self, message: M, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        timed(Part::Encode, || message.encode(out))
            .map_err(|error| Status::internal(error.to_string()))
    }
}

pub(crate) struct MessageDecoder<M>(PhantomData<M>);

impl<M: Message + Default> Decoder for MessageDecoder<M> {
    type Item = M;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<M>, Status> {
        timed(Part::Decode, || M::decode(bytes)).map(Some).map_err(|error| {
            Status::data_loss(format!("not a protobuf message of the contract: {error}"))
        })
    }
}

/// Sends and receives bytes that are encoded already.
pub(crate) struct Encoded;

impl Codec for Encoded {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Encoded {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.reserve(bytes.len());
        out.put_slice(&bytes);
        Ok(())
    }
}

impl Decoder for Encoded {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut all = vec![0; bytes.remaining()];
        bytes.copy_to_slice(&mut all);
        Ok(Some(all))
    }
}
