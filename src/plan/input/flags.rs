//! The flags of `tollgate run`, as the command line gives them: text that nobody has judged yet.

use crate::{drive::workload::Files, fleet::against, plan::input::load::LoadFlag};
use std::path::PathBuf;

/// The flags of `tollgate run`. Each has the same name in the plan file.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Lanes, by short or full name; groups as `grpc*`; roles as rpc; sets as ci; all; `tollgate
    /// list` shows them [default: the set default]
    #[arg(long, value_name = "LANE,..", value_delimiter = ',')]
    pub(crate) lanes: Vec<String>,
    /// Items per action [default: 1,4,16,64,256,1024]
    #[arg(long, value_name = "N,..", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) batch: Vec<String>,
    /// Ids asked for per item; the first is the main one [default: 10,100]
    #[arg(long, value_name = "N,..", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) max_results: Vec<String>,
    /// How items travel: chatty, batched, pipelined, streamed [default: all]
    #[arg(long, value_name = "MODE,..", value_delimiter = ',')]
    pub(crate) modes: Vec<String>,
    /// What answers: stub, catalog; the first is the main one [default: stub,catalog]
    #[arg(long, value_name = "ENGINE,..", value_delimiter = ',')]
    pub(crate) engine: Vec<String>,
    /// Fresh restarts of every caller and callee; the unit of every interval [default: 5]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) starts: Option<String>,
    /// Choose restarts and their length so that the 95 % interval of each lane's single call (p50,
    /// first engine and max-results) is at most this much of the value to either side, for example
    /// 3%; in the place of --starts
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    pub(crate) precision: Option<String>,
    /// Time to measure, for example 90s or 5m; of the whole run with --precision [default: 200s, or
    /// 5m]
    #[arg(long, value_name = "TIME")]
    pub(crate) budget: Option<String>,
    /// On which cores both sides of a lane run: free, same, cross [default: free]
    #[arg(long, value_name = "PLACEMENT")]
    pub(crate) placement: Option<String>,
    /// The longest a call may take [default: 5s]
    #[arg(long, value_name = "TIME")]
    pub(crate) deadline: Option<String>,
    /// How long your own callee works for an item, for example 8ms: says what the choice of a lane
    /// means then
    #[arg(long, value_name = "TIME")]
    pub(crate) service_time: Option<String>,
    /// Single calls per second that your own system makes, for example 2000: says how many cores
    /// each lane keeps busy then
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) calls_per_s: Option<String>,
    /// Seed of the order of visits [default: from the clock; it is in the record]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Folder of record and report [default: reports/out]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What the record and the report call this machine, for example "build server" [default:
    /// nothing]
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    #[command(flatten)]
    pub(crate) load: LoadFlag,
    #[command(flatten)]
    pub(crate) other: against::OtherFlags,
    /// Keep the record under this name, for `tollgate compare --baseline NAME`
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Plan file [default: tollgate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// A rough picture in about a minute: --precision 10% --budget 60s
    #[arg(long, conflicts_with = "thorough")]
    pub(crate) quick: bool,
    /// Ten restarts or more: --precision 2% --budget 20m
    #[arg(long)]
    pub(crate) thorough: bool,
    /// Order of visits: interleaved, or fixed as a control, each lane's cells one after another
    /// [default: interleaved]
    #[arg(long, value_name = "ORDER")]
    pub(crate) order: Option<String>,
    /// Use this endpoint for a lane in the place of a callee of its own, for example
    /// LANE=lib:/path.so
    #[arg(long, value_name = "LANE=ENDPOINT")]
    pub(crate) endpoint: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
}
