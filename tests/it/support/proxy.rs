//! Stands between a caller and a callee over TCP, and does something with what comes back. It knows
//! no protocol.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Puts one before a callee, and gives its endpoint. `does` is given the bytes that come back, and
/// how long ago a connection was last opened.
pub(crate) fn before(
    endpoint: &str,
    does: impl FnMut(&mut [u8], Duration) + Clone + Send + 'static,
) -> String {
    let at = endpoint.find(|c: char| c.is_ascii_digit()).expect("an address of numbers");
    let (scheme, callee) = endpoint.split_at(at);
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let proxy = format!("{scheme}{}", listener.local_addr().expect("bound"));
    let callee = callee.to_owned();
    thread::spawn(move || listen(&listener, &callee, &does));
    proxy
}

fn listen(
    listener: &TcpListener,
    callee: &str,
    does: &(impl FnMut(&mut [u8], Duration) + Clone + Send + 'static),
) {
    let opened = Arc::new(Mutex::new(Instant::now()));
    for near in listener.incoming().map_while(Result::ok) {
        *opened.lock().expect("nobody panics with it") = Instant::now();
        // Where the callee has gone the caller finds a connection that ends at once.
        let Ok(far) = TcpStream::connect(callee) else { continue };
        near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).expect("sockets");
        let (out, into) = (copy(&near), copy(&far));
        thread::spawn(move || carry(out, into, |_| {}));
        let (mut does, opened) = (does.clone(), opened.clone());
        thread::spawn(move || {
            carry(far, near, |bytes| {
                let age = opened.lock().expect("nobody panics with it").elapsed();
                does(bytes, age);
            });
        });
    }
}

fn copy(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a descriptor")
}

fn carry(mut from: TcpStream, mut to: TcpStream, mut does: impl FnMut(&mut [u8])) {
    let mut bytes = [0; 16 << 10];
    while let Ok(count) = from.read(&mut bytes)
        && count > 0
    {
        does(&mut bytes[..count]);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // Whoever has gone already needs no end.
    let _ = to.shutdown(Shutdown::Both);
}
