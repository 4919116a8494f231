//! `shisu join`

use super::manage::{patience, post, word};
use super::server::ToServer;
use super::trace::party_id;
use super::{Outcome, output};
use crate::app::remote::{Remote, Sent};
use crate::app::{AppError, keyfile};
use crate::core::joining::Code;
use crate::core::log::Origin;
use crate::core::record::{Jwk, PossessionProof};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
没有密钥就生成一把;私钥不离开本机。
Makes a key if there is none; the private key stays here.";

/// `shisu join`: answers an invitation on a new device.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Join {
    #[command(flatten)]
    server: ToServer,
    /// 邀请链接或邀请码 / link or code of the invitation
    #[arg(value_name = "LINK|CODE")]
    invitation: String,
    /// 密钥文件,没有则新建 / key file, made if there is none
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

impl Join {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let (page, code) = match self.invitation.rsplit_once('#') {
            Some((page, code)) => (Some(page), code),
            None => (None, self.invitation.as_str()),
        };
        // Behind a point, the link may have the key of the log as whoever invites believes it.
        let (code, log_key) = match code.split_once('.') {
            Some((code, key)) => (code, Some(key)),
            None => (code, None),
        };
        let code =
            Code::parse(code).map_err(|cause| AppError::Input(format!("邀请码不对 / {cause}")))?;
        let remote = match (self.server.open(patience())?, page) {
            (Some(remote), _) => remote,
            (None, Some(page)) => {
                let base = page.trim_end_matches("/join");
                self.server
                    .clone()
                    .at(base)
                    .open(patience())?
                    .ok_or_else(no_server)?
            }
            (None, None) => return Err(no_server()),
        };
        let path = format!("/v1/invitations/{}", code.id());
        let seen = post(
            &remote,
            &format!("{path}/look"),
            &json!({ "code": code.to_string() }),
        )?;
        let log = Origin::new(word(&seen, "log"))?;
        if let Some(key) = log_key {
            expect_key(&remote, key)?;
        }
        let of = party_id(word(&seen, "party"))?;
        if !self.key.exists() {
            keyfile::write(&self.key, &keyfile::generate()?)?;
        }
        let key = keyfile::read(&self.key)?;
        let jwk = Jwk::of(&key);
        let answer = json!({
            "code": code.to_string(), "jwk": jwk,
            "proof": PossessionProof::sign(&key, &log, &of),
        });
        let done = post(&remote, &format!("{path}/accept"), &answer)?;
        output::json(&json!({
            "standing": word(&done, "standing"), "kid": jwk.kid(), "party": of, "log": log,
            "role": seen.get("role"), "sites": seen.get("sites"),
        }))?;
        output::note(
            "请把指纹(kid)告诉邀请人核对 / tell the thumbprint (kid) to whoever invited you",
        );
        Ok(Outcome::Good)
    }
}

/// That the server names the key of the log that the invitation names, or whoever invites.
pub(super) fn expect_key(remote: &Remote, key: &str) -> Result<(), AppError> {
    let told = remote.json("/v1/log", Sent::Get)?;
    match word(&told, "key") == key {
        true => Ok(()),
        false => Err(AppError::Input(
            "邀请所用的日志公钥与服务器的不符,什么也没有做 / the key of the log for the invitation is \
             another than the server has; nothing was done"
                .to_owned(),
        )),
    }
}

fn no_server() -> AppError {
    AppError::Input("需要邀请链接或 --server / a link or --server is needed".to_owned())
}
