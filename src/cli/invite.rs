//! `shisu invite`

use super::join::expect_key;
use super::manage::{Hand, Place, Role, devices_of, one_of, post, sites, word};
use super::trace::party_id;
use super::{Outcome, output};
use crate::app::enlist::{NewKey, Terms, add_key};
use crate::app::remote::{Remote, Sent};
use crate::app::{AppError, qr};
use crate::core::joining::{Invitation, InvitationId, OPEN_DEFAULT_S, Offer};
use crate::core::log::VerifierKey;
use crate::core::record::words::Name;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Seconds of a day.
const DAY_S: u64 = 86_400;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
邀请本身不授予任何权限;设备应答之后,由管理密钥签名的 add_key 记录入账才算数。
An invitation grants nothing: a device answers it, and its key counts when an add_key record \
    that is signed here is in the log.";

/// `shisu invite`: invitations, and the devices that answer them.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Invite {
    #[command(subcommand)]
    command: InviteCommand,
}

#[derive(Debug, Subcommand)]
enum InviteCommand {
    /// 发出邀请:链接和二维码 / make an invitation: link and QR code
    New(New),
    /// 列出等待批准的设备 / devices that wait
    Waiting {
        #[command(flatten)]
        hand: Hand,
    },
    /// 批准设备:签名 add_key 并提交 / sign and submit add_key for devices
    Approve(Approve),
    /// 撤回邀请 / take an invitation back
    Revoke {
        #[command(flatten)]
        hand: Hand,
        /// 邀请编号 / id of the invitation
        #[arg(value_name = "ID")]
        id: String,
    },
}

#[derive(Debug, Args)]
struct New {
    #[command(flatten)]
    hand: Hand,
    /// 主体代码 / party for whom the device will sign
    #[arg(long, value_name = "PARTY")]
    party: String,
    /// 限定场所,可重复;不写则为全部 / site to which it is limited; again for more; none for all
    #[arg(long, value_name = "SITE")]
    site: Vec<String>,
    /// 角色:admin 管理、clerk 业务员、driver 司机、device 设备 / role
    #[arg(long, value_enum, default_value_t = Role::Clerk, hide_possible_values = true)]
    role: Role,
    /// 设备名称(不写人名)/ what the device is called, no person's name
    #[arg(long, value_name = "WORDS")]
    label: Option<String>,
    /// 有效天数 / days for which it is open
    #[arg(long, value_name = "DAYS", default_value_t = OPEN_DEFAULT_S / DAY_S)]
    days: u64,
    /// 加入页面的地址 / address of the server's pages, for the link
    #[arg(long, value_name = "URL")]
    page: Option<String>,
    /// 日志公钥,写进链接,新设备据此核对服务器 / the log's verifier key (policy.txt names it), for the link: the new device believes
    /// no other; a ledger of this machine knows its own
    #[arg(long, value_name = "VKEY", requires = "server")]
    log_key: Option<String>,
    /// 把二维码写成 SVG / write the QR code as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Approve {
    #[command(flatten)]
    hand: Hand,
    /// 设备上显示的密钥指纹,至少前 8 位 / thumbprints as the devices themselves show them, at least 8 characters: so
    /// nobody between can put another key in
    #[arg(value_name = "KID[,KID]", allow_hyphen_values = true)]
    kids: String,
    /// 持有人姓名(密封)/ who holds the device; sealed in the record
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
}

impl Invite {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        match self.command {
            InviteCommand::New(new) => new.run(),
            InviteCommand::Waiting { hand } => {
                output::json(&waiting(&hand, &hand.open()?)?)?;
                Ok(Outcome::Good)
            }
            InviteCommand::Approve(approve) => approve.run(),
            InviteCommand::Revoke { hand, id } => revoke(&hand, &id),
        }
    }
}

impl New {
    fn run(self) -> Result<Outcome, AppError> {
        let open_s = self.days.saturating_mul(DAY_S);
        let offer = Offer {
            party: party_id(&self.party)?,
            sites: sites(&self.site)?,
            role: self.role.into(),
            label: self.label.as_deref().map(name).transpose()?,
        };
        let page = self
            .page
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches('/');
        let link = |base: &str, code: &str, key: Option<&VerifierKey>| {
            let key = key.map_or_else(String::new, |key| format!(".{key}"));
            format!("{base}/join#{code}{key}")
        };
        let made = match self.hand.open()? {
            Place::Here(office) => {
                let gate = office.gate();
                let manager = gate.manager(&self.hand.kid()?)?;
                let (made, code) = gate.invite(&manager, offer, open_s)?;
                let code = code.to_string();
                json!({
                    "id": made.id.as_str(), "code": code,
                    "expires_at": made.expires_at.rfc3339(),
                    "link": link(page, &code, Some(&office.log_key()?)),
                })
            }
            Place::Away(remote) => {
                let key = self.believed(&remote)?;
                let asked = json!({
                    "party": offer.party, "sites": offer.sites, "role": offer.role,
                    "label": offer.label, "open_s": open_s,
                });
                let mut made = post(&remote, "/v1/invitations", &asked)?;
                let base = if page.is_empty() { remote.base() } else { page };
                let link = link(base, word(&made, "code"), key.as_ref());
                if let Some(members) = made.as_object_mut() {
                    members.insert("qr_svg".into(), json!(qr::svg(&link)?));
                    members.insert("link".into(), json!(link));
                }
                made
            }
        };
        let link = word(&made, "link");
        if let Some(path) = &self.svg {
            std::fs::write(path, qr::svg(link)?).map_err(|cause| AppError::file(path, cause))?;
        }
        if self.json {
            output::json(&made)?;
            return Ok(Outcome::Good);
        }
        output::line(&qr::terminal(link)?);
        output::line(&format!(
            "邀请码 / code      {}\n链接 / link        {link}\n编号 / id          {}\n有效期至 / until    {}",
            word(&made, "code"),
            word(&made, "id"),
            word(&made, "expires_at"),
        ));
        output::note("邀请码只显示这一次 / the code is shown this once");
        Ok(Outcome::Good)
    }

    /// The key of the log as whoever invites believes it, which has to be the one that the server names. What
    /// the server says alone is not put into a link: the new device would hear the same from it.
    fn believed(&self, remote: &Remote) -> Result<Option<VerifierKey>, AppError> {
        let Some(key) = &self.log_key else {
            output::note(
                "没有 --log-key:链接不含日志公钥,新设备只能相信服务器所报的 / no --log-key: the link names no key of the \
                 log, so the new device believes the one that the server names",
            );
            return Ok(None);
        };
        let key = VerifierKey::parse(key)?;
        expect_key(remote, &key.to_string())?;
        Ok(Some(key))
    }
}

impl Approve {
    fn run(self) -> Result<Outcome, AppError> {
        let place = self.hand.open()?;
        let found = waiting(&self.hand, &place)?;
        let terms = Terms {
            holder: self.holder.as_deref().map(name).transpose()?,
            until: None,
        };
        let mut pen = self.hand.pen(&place)?;
        let mut records = Vec::new();
        for kid in self.kids.split(',') {
            let at = one_of(&found, kid, kid_of)?;
            let one = found.get(at).cloned().unwrap_or_default();
            let new: NewKey = serde_json::from_value(one)
                .map_err(|cause| AppError::Input(format!("{kid}: {cause}")))?;
            // Not as the server says it, but as the key gives it.
            if !new.jwk.kid().to_string().starts_with(kid) {
                return Err(AppError::Input(format!(
                    "{kid}: 指纹与公钥不符 / the thumbprint is not that of the key"
                )));
            }
            records.push(add_key(&mut pen, &new, &terms, place.now())?);
        }
        place.submit(&records)
    }
}

fn kid_of(one: &Value) -> String {
    word(one, "kid").to_owned()
}

/// Devices that wait, as JSON in the same form from a ledger and from a server.
fn waiting(hand: &Hand, place: &Place) -> Result<Vec<Value>, AppError> {
    match place {
        Place::Here(office) => {
            let gate = office.gate();
            let found = gate.waiting(&gate.manager(&hand.kid()?)?)?;
            Ok(found.iter().filter_map(described).collect())
        }
        Place::Away(remote) => devices_of(remote.json("/v1/invitations/pending", Sent::Get)?),
    }
}

fn described(found: &Invitation) -> Option<Value> {
    let answer = found.answer.as_ref()?;
    Some(json!({
        "id": found.id.as_str(), "kid": answer.jwk.kid(), "party": found.offer.party,
        "sites": found.offer.sites, "role": found.offer.role, "label": found.offer.label,
        "jwk": answer.jwk, "proof": answer.proof, "answered_at": answer.at.rfc3339(),
    }))
}

fn revoke(hand: &Hand, id: &str) -> Result<Outcome, AppError> {
    let id = InvitationId::parse(id).map_err(|cause| AppError::Input(cause.to_string()))?;
    match hand.open()? {
        Place::Here(office) => {
            let gate = office.gate();
            gate.revoke(&gate.manager(&hand.kid()?)?, &id)?;
        }
        Place::Away(remote) => {
            remote.json(&format!("/v1/invitations/{id}"), Sent::Delete)?;
        }
    }
    output::line("已撤回 / taken back");
    Ok(Outcome::Good)
}

fn name(text: &str) -> Result<Name, AppError> {
    Name::new(text).ok_or_else(|| {
        AppError::Input(format!(
            "{text}: 应为 1 到 120 个字符的一行 / one line of 1 to 120 characters"
        ))
    })
}
