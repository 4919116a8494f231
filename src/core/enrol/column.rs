//! Columns of a register, by the names that registers give them.

use crate::core::text::Bilingual;

macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident $code:literal $zh:literal [$($also:literal),*];)+) => {
        /// A column of a register. Their order in the file is free.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $($(#[$doc])* $column,)+
        }

        impl Column {
            /// Every column.
            pub const ALL: &'static [Self] = &[$(Self::$column),+];

            /// Its English name, which is also its code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$column => $code,)+ }
            }

            /// Its Chinese name.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$column => $zh,)+ }
            }

            const fn also(self) -> &'static [&'static str] {
                match self { $(Self::$column => &[$($also),*],)+ }
            }
        }
    };
}

columns! {
    /// Unified social credit code, or the number of a smallholder.
    Party "party" "统一社会信用代码" ["社会信用代码", "信用代码", "主体编号", "主体代码", "uscc", "credit code", "unified social credit code"];
    /// Name of the party; a smallholder's is a person's and is sealed.
    Name "name" "名称" ["主体名称", "企业名称", "经营者名称", "单位名称", "party name"];
    /// What the party is in the chain.
    Kind "kind" "类型" ["主体类型", "企业类型", "party kind", "type"];
    /// Number of a licence.
    Licence "licence" "许可证编号" ["许可证号", "证书编号", "license", "licence number", "license number"];
    /// What the licence is, where its number does not say it.
    LicenceKind "licence_kind" "许可证类型" ["证书类型", "license kind", "licence kind"];
    /// Last day of the licence.
    ValidTo "valid_to" "有效期至" ["有效期", "valid to"];
    /// Division code or name.
    County "county" "县区" ["区县", "县(市、区)", "行政区划", "行政区划代码", "所在县区", "division"];
    /// Exact address; sealed.
    Address "address" "地址" ["经营场所", "住所", "场所地址", "详细地址"];
    /// Name of premises.
    SiteName "site_name" "场所名称" ["门店名称", "site name", "site"];
    /// What happens there.
    SiteKind "site_kind" "场所类型" ["site kind", "site type"];
    /// Code of the premises, where it is not the licence.
    SiteCode "site_code" "场所编码" ["场所编号", "场所代码", "site code", "site id"];
    /// Person in charge; sealed.
    Person "person" "负责人" ["法定代表人", "联系人", "person in charge", "contact"];
    /// Phone; sealed.
    Phone "phone" "联系电话" ["电话", "手机", "telephone"];
    /// Number of an identity document; sealed.
    Identity "identity" "证件号码" ["身份证号", "身份证号码", "id number"];
}

impl Column {
    /// Columns without which no party can be enrolled.
    pub const REQUIRED: [Self; 4] = [Self::Party, Self::Name, Self::Kind, Self::County];

    /// The column that a header names. Spaces, stars and brackets around it do not matter.
    #[must_use]
    pub fn of_header(text: &str) -> Option<Self> {
        let plain = plain(text);
        let fits = |column: &&Self| {
            let names = [column.zh(), column.code()];
            let mut names = names.iter().chain(column.also());
            names.any(|name| self::plain(name) == plain)
        };
        Self::ALL.iter().find(fits).copied()
    }

    /// Its name in both languages.
    #[must_use]
    pub fn name(self) -> Bilingual {
        Bilingual::new(self.zh(), self.code())
    }
}

/// A header without what people put around it.
fn plain(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !"*＊_-:：".contains(*c);
    let text = text.replace('\u{ff08}', "(").replace('\u{ff09}', ")");
    text.chars()
        .filter(kept)
        .flat_map(char::to_lowercase)
        .collect()
}
