//! Who asks, as far as an address tells.

use std::net::IpAddr;

/// The address of whoever asks, found out once for each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Caller(pub IpAddr);

impl Caller {
    /// What one subscriber has: an address, or the 64 bits before the part of an IPv6 address that a
    /// device chooses by itself.
    #[must_use]
    pub fn subscriber(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let prefix = u128::from(address) & !u128::from(u64::MAX);
                IpAddr::V6(prefix.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_changes_its_own_part_of_an_address_stays_the_same_subscriber() {
        let of = |text: &str| Caller(text.parse().unwrap()).subscriber();
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
