//! The name under which an owner's messages are stored.

use super::order::base36;

/// All that identifies an outbox.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The server's URL, without path and query.
    pub server: &'a str,
    /// The path of its Socket.IO endpoint.
    pub path: &'a str,
    /// The namespace.
    pub namespace: &'a str,
    /// The user, as the server knows them.
    pub owner: &'a str,
}

impl Scope<'_> {
    /// 13 characters, the same for the same scope: FNV-1a with 64 bits, over the lengths too, so that no two scopes run into each other.
    pub fn digest(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for part in [self.server, self.path, self.namespace, self.owner] {
            for byte in (part.len() as u32).to_le_bytes().into_iter().chain(part.bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        base36(hash, 13)
    }
}
