//! From which address somebody asks, through proxies that are trusted.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv6Addr};

/// The header in which proxies say for whom they ask.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever asks.
#[must_use]
pub fn client(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    Some(behind(peer, request.headers(), trusted))
}

/// Who is behind `peer`: the last address in the chain that is not a trusted proxy's. What stands
/// before it anybody may have made up.
#[must_use]
pub fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let chain: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut last = peer;
    for text in chain.iter().rev() {
        let Ok(address) = text.parse::<IpAddr>() else {
            return last;
        };
        last = address.to_canonical();
        if !trusted.contains(&last) {
            return last;
        }
    }
    last
}

/// The part of an address that one subscriber has: all of IPv4, the first 64 bits of IPv6.
#[must_use]
pub const fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn said(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn whoever_is_no_trusted_proxy_cannot_say_they_are_somebody_else() {
        let headers = said(&["203.0.113.9"]);
        assert_eq!(
            behind(ip("198.51.100.1"), &headers, &[ip("127.0.0.1")]),
            ip("198.51.100.1")
        );
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_what_stands_before_is_not() {
        let proxies = [ip("127.0.0.1"), ip("10.0.0.2")];
        let headers = said(&["192.0.2.1, 203.0.113.9", "10.0.0.2"]);
        assert_eq!(
            behind(ip("127.0.0.1"), &headers, &proxies),
            ip("203.0.113.9")
        );
        assert_eq!(
            behind(ip("127.0.0.1"), &said(&["rubbish"]), &proxies),
            ip("127.0.0.1")
        );
        assert_eq!(
            behind(ip("127.0.0.1"), &said(&[]), &proxies),
            ip("127.0.0.1")
        );
    }

    #[test]
    fn a_subscriber_has_a_whole_ipv6_network() {
        assert_eq!(
            subscriber(ip("2001:db8:1:2:3:4:5:6")),
            subscriber(ip("2001:db8:1:2::1"))
        );
        assert_ne!(
            subscriber(ip("2001:db8:1:3::1")),
            subscriber(ip("2001:db8:1:2::1"))
        );
    }
}
