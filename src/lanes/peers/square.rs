//! The square of languages: the lanes that follow from what each language says of the transports
//! that it calls and answers. Nobody lists the products of callers and callees.
//!
//! A transport meets itself. A variant of one (another library for the same bytes) meets the side
//! of that one in every other language, so that one thing differs; within its own language it is
//! on both sides, where it has both.

use crate::lanes::{
    described::{self, RUST},
    listed_lanes::ListedLane,
    peers::{
        Peer, Side, SpokenTransport,
        speaker::{Speaker, modes_of, profile_of, who},
    },
};
use api::{Spec, Topology};
use reports::record;

/// What the lanes follow from.
pub(crate) struct Square<'a> {
    specs: Vec<&'a Spec>,
    peers: &'a [Peer],
}

/// What the lanes of a transport have in common, whoever speaks it.
struct Boundary {
    role: String,
    summary: String,
    looseness: u8,
    codec: Option<String>,
    carrier: Option<String>,
    properties: record::Properties,
}

impl<'a> Square<'a> {
    /// Of the lanes of Rust and of these peers.
    pub(crate) fn of(specs: impl Iterator<Item = &'a Spec>, peers: &'a [Peer]) -> Self {
        let is_between_processes = |spec: &&Spec| matches!(spec.topology, Topology::Callee { .. });
        let specs = specs.filter(is_between_processes).filter(|spec| spec.callee == RUST);
        Self { specs: specs.collect(), peers }
    }

    /// Every lane of the square with a peer on one side at least. A transport of which this build
    /// knows too little has none.
    pub(crate) fn lanes(&self) -> Vec<ListedLane> {
        let mut lanes = Vec::new();
        for spoken in self.transports() {
            let Ok(boundary) = self.boundary(spoken) else { continue };
            for caller in self.languages() {
                for callee in self.languages() {
                    lanes.extend(self.lane(spoken, &boundary, caller, callee));
                }
            }
        }
        lanes
    }

    /// Refuses a peer that speaks a transport of which too little is known.
    pub(crate) fn check(&self, peer: &Peer) -> Result<(), String> {
        for spoken in &peer.speaks {
            self.boundary(spoken)?;
            let (transport, Some(base)) = (&spoken.transport, &spoken.variant_of) else {
                continue;
            };
            let is_spoken = self.spec(base).is_some()
                || self.transports().iter().any(|other| other.transport == *base);
            if !is_spoken || base == transport {
                return Err(format!(
                    "transport {transport}: variant_of = {base:?}: nobody speaks that transport"
                ));
            }
        }
        Ok(())
    }

    fn languages(&self) -> impl Iterator<Item = &'a str> {
        [RUST].into_iter().chain(self.peers.iter().map(|peer| peer.language.as_str()))
    }

    /// What is first said of each transport that a peer speaks.
    fn transports(&self) -> Vec<&'a SpokenTransport> {
        let mut first: Vec<&SpokenTransport> = Vec::new();
        for spoken in self.peers.iter().flat_map(|peer| &peer.speaks) {
            if first.iter().all(|other| other.transport != spoken.transport) {
                first.push(spoken);
            }
        }
        first
    }

    /// Who speaks the transport on this side in this language.
    fn speaker(&self, language: &str, transport: &str, side: Side) -> Option<Speaker<'a>> {
        if language == RUST {
            return self.spec(transport).map(Speaker::Rust);
        }
        let peer = self.peers.iter().find(|peer| peer.language == language)?;
        peer.speaks(transport, side).map(|spoken| Speaker::Peer(peer, spoken))
    }

    fn spec(&self, transport: &str) -> Option<&'a Spec> {
        self.specs.iter().find(|spec| spec.transport == transport).copied()
    }

    /// The two sides of a lane of this transport between these languages, where both speak it, or
    /// one of them varies it.
    fn sides(
        &self,
        spoken: &SpokenTransport,
        caller: &str,
        callee: &str,
    ) -> Option<[Speaker<'a>; 2]> {
        if caller == RUST && callee == RUST {
            return None;
        }
        let calls = |transport: &str| self.speaker(caller, transport, Side::Caller);
        let answers = |transport: &str| self.speaker(callee, transport, Side::Callee);
        let own = [calls(&spoken.transport), answers(&spoken.transport)];
        let Some(base) = &spoken.variant_of else {
            let [calls, answers] = own;
            return Some([calls?, answers?]);
        };
        match own {
            [Some(calls), Some(answers)] if caller == callee => Some([calls, answers]),
            [Some(calls), _] => Some([calls, answers(base)?]),
            [None, Some(answers)] if self.is_answered(&spoken.transport) => {
                Some([calls(base)?, answers])
            }
            [None, _] => None,
        }
    }

    /// True where a peer answers this variant: if all only call with it, its other side is that of
    /// the transport that it varies.
    fn is_answered(&self, transport: &str) -> bool {
        self.peers.iter().any(|peer| peer.speaks(transport, Side::Callee).is_some())
    }

    fn lane(
        &self,
        spoken: &SpokenTransport,
        boundary: &Boundary,
        caller: &str,
        callee: &str,
    ) -> Option<ListedLane> {
        let [calls, answers] = self.sides(spoken, caller, callee)?;
        Some(ListedLane {
            caller: caller.into(),
            transport: spoken.transport.clone(),
            callee: callee.into(),
            role: Some(boundary.role.clone()),
            sets: Vec::new(),
            summary: format!("{}, {}", boundary.summary, who(calls, answers)),
            looseness: boundary.looseness,
            in_process: false,
            waiting: Some(calls.waiting().into()),
            profile: Some(profile_of(calls, answers)),
            variant_of: self.variant_of(spoken, caller, callee),
            drive: Vec::new(),
            serve: Vec::new(),
            server: None,
            load: false,
            caller_transport: None,
            callee_transport: None,
            made_of: [calls.made_of(), answers.made_of()].concat(),
            without_build: false,
            library: None,
            needs: None,
            codec: boundary.codec.clone(),
            carrier: boundary.carrier.clone(),
            modes: modes_of(calls, answers),
            default: false,
            properties: boundary.properties,
            fairness: Vec::new(),
            caller_side: calls.listed(spoken, Side::Caller),
            callee_side: answers.listed(spoken, Side::Callee),
        })
    }

    /// What a lane differs from in one thing: a variant from the transport that it varies, another
    /// from its caller's lane to Rust.
    fn variant_of(&self, spoken: &SpokenTransport, caller: &str, callee: &str) -> Option<String> {
        if spoken.variant_of.is_some() {
            return spoken.variant_of.clone();
        }
        let to_rust = self.speaker(RUST, &spoken.transport, Side::Callee);
        let has_base = callee != RUST
            && to_rust.is_some()
            && self.speaker(caller, &spoken.transport, Side::Caller).is_some();
        has_base.then(|| spoken.transport.clone())
    }

    /// As the peer says it, else as Rust's lane of this transport or of the one that it varies.
    fn boundary(&self, spoken: &SpokenTransport) -> Result<Boundary, String> {
        let base = spoken.variant_of.as_deref();
        let spec = self.spec(&spoken.transport).or_else(|| base.and_then(|base| self.spec(base)));
        let lacks = |what: &str| {
            let transport = &spoken.transport;
            format!("transport {transport}: Rust does not speak it, so that its `{what}` is needed")
        };
        let of_spec = |told: fn(&Spec) -> &str| spec.map(|spec| told(spec).to_owned());
        Ok(Boundary {
            role: (spoken.role.clone().or_else(|| of_spec(|spec| spec.role.name())))
                .ok_or_else(|| lacks("role"))?,
            summary: (spoken.summary.clone().or_else(|| of_spec(|spec| spec.summary)))
                .ok_or_else(|| lacks("summary"))?,
            looseness: (spoken.looseness.or(spec.map(|spec| spec.looseness)))
                .ok_or_else(|| lacks("looseness"))?,
            codec: spoken.codec.clone().or_else(|| Some(spec?.codec?.into())),
            carrier: spoken.carrier.clone().or_else(|| Some(spec?.carrier?.into())),
            properties: spoken
                .properties
                .or_else(|| spec.map(|spec| described::properties(&spec.properties)))
                .ok_or_else(|| lacks("properties"))?,
        })
    }
}
