//! Sockets seen from outside: options read back from both ends, and the kernel's byte counters of
//! TCP connections. No lane takes part, so no lane can get it wrong, and nothing of it stands in a
//! timed path.

use netlink_packet_core::{
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_sock_diag::{
    SockDiagMessage,
    constants::{AF_INET, IPPROTO_TCP},
    inet::{ExtensionFlags, InetRequest, SocketId, StateFlags, nlas::Nla},
};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_SOCK_DIAG};
use reports::record::Setting;
use rustix::{
    fd::OwnedFd,
    net::{SocketAddrAny, getpeername, getsockname, sockopt},
    process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open},
};
use std::{fs, net::SocketAddr as InetAddr};

/// The TCP address in an endpoint.
fn tcp_address(endpoint: &str) -> Option<InetAddr> {
    let rest = endpoint.strip_prefix("http://").or_else(|| endpoint.strip_prefix("tcp:"))?;
    rest.trim_end_matches('/').parse().ok()
}

/// Bytes that callers of a TCP endpoint have sent and received, headers of TCP and IP not counted.
/// None where the endpoint is not TCP, or the kernel does not tell.
pub(crate) fn tcp_bytes(endpoint: &str) -> Option<(u64, u64)> {
    let port = tcp_address(endpoint)?.port();
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
        if add_counters(&part, port, &mut sum)? {
            return sum;
        }
    }
    None
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
fn add_counters(mut part: &[u8], port: u16, sum: &mut Option<(u64, u64)>) -> Option<bool> {
    while !part.is_empty() {
        let message = NetlinkMessage::<SockDiagMessage>::deserialize(part).ok()?;
        match message.payload {
            NetlinkPayload::Done(_) => return Some(true),
            NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => {
                let matches = response.header.socket_id.destination_port == port;
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

/// Options of the connection between a driver and its callee, read back from the sockets of both
/// processes.
pub(crate) fn socket_settings(
    driver_pid: u32,
    callee_pid: Option<u32>,
    endpoint: &str,
) -> Vec<Setting> {
    if tcp_address(endpoint).is_none() && !endpoint.starts_with("unix:") {
        return Vec::new();
    }
    let mut settings = of_process(driver_pid, "caller", endpoint);
    if let Some(pid) = callee_pid {
        settings.extend(of_process(pid, "callee", endpoint));
    }
    settings
}

fn of_process(pid: u32, side: &str, endpoint: &str) -> Vec<Setting> {
    let sockets = sockets_of(pid).unwrap_or_default();
    let Some(socket) = sockets.iter().find(|socket| leads_to(socket, endpoint)) else {
        return Vec::new();
    };
    let on = |on: bool| if on { "on" } else { "off" }.to_string();
    let bytes = |bytes: usize| format!("{bytes} B");
    let options = [
        (
            "TCP_NODELAY",
            sockopt::tcp_nodelay(socket)
                .map(on)
                .ok()
                .filter(|_| tcp_address(endpoint).is_some()),
        ),
        (
            "SO_KEEPALIVE",
            sockopt::socket_keepalive(socket)
                .map(on)
                .ok()
                .filter(|_| tcp_address(endpoint).is_some()),
        ),
        ("SO_SNDBUF", sockopt::socket_send_buffer_size(socket).map(bytes).ok()),
        ("SO_RCVBUF", sockopt::socket_recv_buffer_size(socket).map(bytes).ok()),
    ];
    let setting = |(what, value): (&str, Option<String>)| {
        Some(Setting {
            what: what.into(),
            value: value?,
            side: side.into(),
            read_back: true,
        })
    };
    options.into_iter().filter_map(setting).collect()
}

/// Duplicates of the sockets of a process, where the kernel lets us have them.
fn sockets_of(pid: u32) -> Option<Vec<OwnedFd>> {
    let pid_fd = pidfd_open(Pid::from_raw(i32::try_from(pid).ok()?)?, PidfdFlags::empty()).ok()?;
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.filter_map(Result::ok);
    let sockets = entries.filter(|entry| {
        fs::read_link(entry.path())
            .is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    });
    let numbers = sockets.filter_map(|entry| entry.file_name().to_string_lossy().parse().ok());
    Some(
        numbers
            .filter_map(|number| pidfd_getfd(&pid_fd, number, PidfdGetfdFlags::empty()).ok())
            .collect(),
    )
}

/// True for a connected socket one end of which is the endpoint.
fn leads_to(socket: &OwnedFd, endpoint: &str) -> bool {
    let Ok(peer) = getpeername(socket) else { return false };
    let ends = [getsockname(socket).ok(), peer];
    ends.into_iter().flatten().any(|end| names(&end, endpoint))
}

fn names(end: &SocketAddrAny, endpoint: &str) -> bool {
    if let Some(address) = tcp_address(endpoint) {
        return InetAddr::try_from(end.clone()).is_ok_and(|end| end == address);
    }
    let path = endpoint.strip_prefix("unix:").unwrap_or_default();
    let unix = rustix::net::SocketAddrUnix::try_from(end.clone());
    unix.is_ok_and(|end| end.path().is_some_and(|end| end.to_bytes() == path.as_bytes()))
}
