//! `shisu device`

use super::manage::{Hand, Place, Role, devices_of, one_of, sites, word};
use super::trace::party_id;
use super::{Outcome, output};
use crate::app::AppError;
use crate::app::enlist::{NewKey, Terms, add_key, revoke_key};
use crate::app::remote::Sent;
use crate::core::custody::KeyFacts;
use crate::core::record::Kid;
use crate::core::record::body::RevokeReason;
use crate::core::record::words::Name;
use crate::core::time::ChinaDate;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
管理密钥只能增吊本主体的设备,限定场所的只能增吊本场所的;登记机构可管理全部。
An administrator adds and revokes devices of its own party, one limited to sites only those \
    of its sites; the registrar everybody's.";

/// `shisu device`: keys of a party.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Device {
    #[command(subcommand)]
    command: DeviceCommand,
}

#[derive(Debug, Subcommand)]
enum DeviceCommand {
    /// 增加设备:用 shisu key prove 的输出 / add a device, from what `shisu key prove` printed
    Add(Add),
    /// 吊销设备 / revoke a device
    Revoke(Revoke),
    /// 列出主体的密钥 / keys of a party
    List {
        #[command(flatten)]
        hand: Hand,
        /// 主体代码 / party
        #[arg(long, value_name = "PARTY")]
        party: String,
    },
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    hand: Hand,
    /// shisu key prove 的输出 / what `shisu key prove` printed
    #[arg(value_name = "FILE")]
    proof: PathBuf,
    /// 限定场所,可重复;不写则为全部 / site to which it is limited; again for more; none for all
    #[arg(long, value_name = "SITE")]
    site: Vec<String>,
    /// 角色:admin 管理、clerk 业务员、driver 司机、device 设备 / role
    #[arg(long, value_enum, default_value_t = Role::Clerk, hide_possible_values = true)]
    role: Role,
    /// 最后有效日 / last day on which it is valid
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// 持有人姓名(密封)/ who holds the device; sealed in the record
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
}

#[derive(Debug, Args)]
struct Revoke {
    #[command(flatten)]
    hand: Hand,
    /// 密钥指纹,至少前 8 位 / thumbprint, at least 8 characters
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    kid: String,
    /// 主体代码 / party whose key it is
    #[arg(long, value_name = "PARTY")]
    party: String,
    /// 原因:lost 遗失、compromised 泄露、left 离职、replaced 更换、closed 注销 / why
    #[arg(long, value_enum, hide_possible_values = true)]
    reason: Reason,
    /// 从何日起可疑 / first day from which its signatures are suspect
    #[arg(long, value_name = "DATE")]
    suspect_since: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// 遗失 / the device is lost
    Lost,
    /// 泄露 / somebody else may have it
    Compromised,
    /// 离职 / the holder left
    Left,
    /// 更换 / replaced by another
    Replaced,
    /// 注销 / the party is closed
    Closed,
}

impl From<Reason> for RevokeReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Lost => Self::Lost,
            Reason::Compromised => Self::Compromised,
            Reason::Left => Self::Left,
            Reason::Replaced => Self::Replaced,
            Reason::Closed => Self::Closed,
        }
    }
}

impl Device {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        match self.command {
            DeviceCommand::Add(add) => add.run(),
            DeviceCommand::Revoke(revoke) => revoke.run(),
            DeviceCommand::List { hand, party } => {
                output::json(&devices(&hand, &hand.open()?, &party)?)?;
                Ok(Outcome::Good)
            }
        }
    }
}

impl Add {
    fn run(self) -> Result<Outcome, AppError> {
        let failed = |cause| AppError::file(&self.proof, cause);
        let text = std::fs::read_to_string(&self.proof).map_err(failed)?;
        let mut new: NewKey = serde_json::from_str(&text)
            .map_err(|cause| AppError::Input(format!("{}: {cause}", self.proof.display())))?;
        new.sites = sites(&self.site)?;
        new.role = Some(self.role.into());
        let last_day = self.until.as_deref().map(date).transpose()?;
        let after = last_day
            .and_then(|day| day.plus_days(1))
            .map(ChinaDate::begins);
        let holder = self.holder.as_deref().map(|text| {
            Name::new(text).ok_or_else(|| AppError::Input(format!("{text}: 不是姓名 / no name")))
        });
        let terms = Terms {
            holder: holder.transpose()?,
            until: after,
        };
        let place = self.hand.open()?;
        let mut pen = self.hand.pen(&place)?;
        let record = add_key(&mut pen, &new, &terms, place.now())?;
        place.submit(&[record])
    }
}

impl Revoke {
    fn run(self) -> Result<Outcome, AppError> {
        let since = self.suspect_since.as_deref().map(date).transpose()?;
        let place = self.hand.open()?;
        let found = devices(&self.hand, &place, &self.party)?;
        let kid_of = |one: &Value| word(one, "kid").to_owned();
        let at = one_of(&found, &self.kid, kid_of)?;
        let kid = found.get(at).map(kid_of).as_deref().and_then(Kid::parse);
        let kid = kid.ok_or_else(|| AppError::Input(self.kid.clone()))?;
        let mut pen = self.hand.pen(&place)?;
        let since = since.map(ChinaDate::begins);
        let record = revoke_key(&mut pen, kid, self.reason.into(), since, place.now())?;
        place.submit(&[record])
    }
}

fn date(text: &str) -> Result<ChinaDate, AppError> {
    ChinaDate::parse(text).ok_or_else(|| {
        AppError::Input(format!(
            "{text}: 日期应如 2026-11-22 / a date is like 2026-11-22"
        ))
    })
}

/// The keys of a party, in the same form from a ledger and from a server.
fn devices(hand: &Hand, place: &Place, of: &str) -> Result<Vec<Value>, AppError> {
    let of = party_id(of)?;
    match place {
        Place::Here(office) => {
            let gate = office.gate();
            let found = gate.devices(&gate.manager(&hand.kid()?)?, &of)?;
            let labels = gate.labels(&of)?;
            let told = found.iter().map(|key| described(key, labels.get(&key.kid)));
            Ok(told.collect())
        }
        Place::Away(remote) => {
            devices_of(remote.json(&format!("/v1/devices?party={of}"), Sent::Get)?)
        }
    }
}

fn described(key: &KeyFacts, label: Option<&Name>) -> Value {
    json!({
        "kid": key.kid, "party": key.party, "sites": key.sites, "role": key.role,
        "from": key.from.rfc3339(), "until": key.until.map(|until| until.rfc3339()),
        "revoked": key.revoked.is_some(), "label": label, "person": null,
    })
}
