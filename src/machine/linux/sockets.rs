//! Sockets seen from outside: options read back from both ends, and the kernel's byte counters of
//! TCP connections. No lane takes part, so no lane can get it wrong, and nothing of it stands in a
//! timed path.

use crate::machine::socket_address::SocketAddress;
use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_sock_diag::{
    SockDiagMessage,
    constants::{AF_INET, IPPROTO_TCP},
    inet::{ExtensionFlags, InetRequest, InetResponseHeader, SocketId, StateFlags, nlas::Nla},
};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_SOCK_DIAG};
use reports::record::Setting;
use rustix::{
    fd::OwnedFd,
    net::{SocketAddrAny, SocketAddrUnix, getpeername, getsockname, sockopt},
    process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open},
};
use std::{collections::HashSet, fs, net::SocketAddr as InetAddr};

/// Bytes that callers of this TCP port have sent and received, headers of TCP and IP not counted;
/// those of one process alone where it is given: behind a broker, callers and callees all call it.
/// None where the kernel does not tell.
pub(crate) fn tcp_bytes(port: u16, of: Option<u32>) -> Option<(u64, u64)> {
    let wanted = Wanted {
        port,
        inodes: match of {
            Some(pid) => Some(socket_inodes(pid)?),
            None => None,
        },
    };
    let mut request = NetlinkMessage::new(
        NetlinkHeader::default(),
        SockDiagMessage::InetRequest(request_for(port)).into(),
    );
    request.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.finalize();
    let mut bytes = vec![0; request.buffer_len()];
    request.serialize(&mut bytes);
    let mut socket = Socket::new(NETLINK_SOCK_DIAG).ok()?;
    socket.bind_auto().ok()?;
    socket.connect(&SocketAddr::new(0, 0)).ok()?;
    socket.send(&bytes, 0).ok()?;
    let mut sum = None;
    // A dump ends with a message that says so; it comes in few parts, since few sockets match.
    for _ in 0..64 {
        let (part, _) = socket.recv_from_full().ok()?;
        if add_counters(&part, &wanted, &mut sum)? {
            return sum;
        }
    }
    None
}

/// Sockets whose bytes are counted.
struct Wanted {
    /// That they lead to.
    port: u16,
    /// Their numbers; none for all.
    inodes: Option<HashSet<u32>>,
}

impl Wanted {
    fn has(&self, header: &InetResponseHeader) -> bool {
        let is_own = self.inodes.as_ref().is_none_or(|inodes| inodes.contains(&header.inode));
        header.socket_id.destination_port == self.port && is_own
    }
}

/// The numbers of the sockets of a process.
fn socket_inodes(pid: u32) -> Option<HashSet<u32>> {
    let mut inodes = HashSet::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten() {
        let Ok(target) = fs::read_link(entry.path()) else { continue };
        let target = target.to_string_lossy();
        let number = target.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']'));
        inodes.extend(number.and_then(|number| number.parse::<u32>().ok()));
    }
    Some(inodes)
}

/// True where this process listens on this port, or the kernel does not tell.
pub(crate) fn listens(pid: u32, port: u16) -> bool {
    let Some(sockets) = sockets_of(pid).filter(|sockets| !sockets.is_empty()) else {
        return true;
    };
    let is_it = |socket: &OwnedFd| {
        let own = getsockname(socket).ok().and_then(|own| InetAddr::try_from(own).ok());
        own.is_some_and(|own| own.port() == port)
            && sockopt::socket_acceptconn(socket).unwrap_or(false)
    };
    sockets.iter().any(is_it)
}

fn request_for(port: u16) -> InetRequest {
    let mut socket_id = SocketId::new_v4();
    socket_id.destination_port = port;
    InetRequest {
        family: AF_INET,
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::INFO,
        states: StateFlags::ESTABLISHED,
        socket_id,
    }
}

/// Adds the counters in one part of a dump; true when it was the last.
fn add_counters(mut part: &[u8], wanted: &Wanted, sum: &mut Option<(u64, u64)>) -> Option<bool> {
    while !part.is_empty() {
        let message = NetlinkMessage::<SockDiagMessage>::deserialize(part).ok()?;
        match message.payload {
            NetlinkPayload::Done(_) => return Some(true),
            NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                let matches = wanted.has(&response.header);
                for nla in response.nlas.iter().filter(|_| matches) {
                    if let Nla::TcpInfo(info) = nla {
                        let (out, back) = sum.unwrap_or((0, 0));
                        *sum = Some((out + info.bytes_sent, back + info.bytes_received));
                    }
                }
            }
            _ => return None,
        }
        // Messages are aligned to four bytes.
        let length = (message.header.length as usize).next_multiple_of(4);
        part = part.get(length..).unwrap_or_default();
    }
    Some(false)
}

/// Options of the connections to this address, read back from the sockets of the processes at
/// their ends: the caller's, and by name those of others.
pub(crate) fn socket_settings(
    driver_pid: u32,
    others: &[(&str, u32)],
    at: &SocketAddress,
) -> Vec<Setting> {
    let mut settings = of_process(driver_pid, "caller", at);
    for (side, pid) in others {
        settings.extend(of_process(*pid, side, at));
    }
    settings
}

fn of_process(pid: u32, side: &str, at: &SocketAddress) -> Vec<Setting> {
    let sockets = sockets_of(pid).unwrap_or_default();
    let Some(socket) = sockets.iter().find(|socket| leads_to(socket, at)) else {
        return Vec::new();
    };
    let mut options = Vec::new();
    if matches!(at, SocketAddress::Tcp(_)) {
        options.push(("TCP_NODELAY", sockopt::tcp_nodelay(socket).map(on_or_off)));
        options.push(("SO_KEEPALIVE", sockopt::socket_keepalive(socket).map(on_or_off)));
    }
    options.push(("SO_SNDBUF", sockopt::socket_send_buffer_size(socket).map(in_bytes)));
    options.push(("SO_RCVBUF", sockopt::socket_recv_buffer_size(socket).map(in_bytes)));
    let mut settings = Vec::new();
    for (what, read) in options {
        // What the kernel does not tell is left out.
        if let Ok(value) = read {
            let (what, side) = (what.into(), side.into());
            settings.push(Setting { what, value, side, read_back: true });
        }
    }
    settings
}

fn on_or_off(on: bool) -> String {
    if on { "on" } else { "off" }.into()
}

fn in_bytes(bytes: usize) -> String {
    format!("{bytes} B")
}

/// Duplicates of the sockets of a process, where the kernel lets us have them.
fn sockets_of(pid: u32) -> Option<Vec<OwnedFd>> {
    let pid_fd = pidfd_open(Pid::from_raw(i32::try_from(pid).ok()?)?, PidfdFlags::empty()).ok()?;
    let mut sockets = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten() {
        let is_socket = fs::read_link(entry.path())
            .is_ok_and(|target| target.to_string_lossy().starts_with("socket:"));
        let number = entry.file_name().to_string_lossy().parse();
        if let Ok(number) = number
            && is_socket
        {
            sockets.extend(pidfd_getfd(&pid_fd, number, PidfdGetfdFlags::empty()));
        }
    }
    Some(sockets)
}

/// True for a connected socket one end of which is the address.
fn leads_to(socket: &OwnedFd, at: &SocketAddress) -> bool {
    // What is not connected has no peer: nobody's socket, or one that listens.
    let Ok(peer) = getpeername(socket) else { return false };
    peer.is_some_and(|peer| is_at(peer, at)) || getsockname(socket).is_ok_and(|own| is_at(own, at))
}

fn is_at(end: SocketAddrAny, at: &SocketAddress) -> bool {
    match at {
        SocketAddress::Tcp(address) => InetAddr::try_from(end).is_ok_and(|end| end == *address),
        SocketAddress::Unix(path) => SocketAddrUnix::try_from(end).is_ok_and(|end| {
            end.path()
                .is_some_and(|end| end.to_bytes() == path.as_os_str().as_encoded_bytes())
        }),
    }
}
