//! The tables as diesel knows them; the migrations say what each is for. Both databases have the
//! same columns, so one description serves both.

diesel::table! {
    instance (uuid) {
        uuid -> Text,
        format -> BigInt,
        origin -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    entry (key) {
        key -> BigInt,
        log -> BigInt,
        kind -> BigInt,
        id_prefix -> BigInt,
        kid_prefix -> BigInt,
        kid_entry -> BigInt,
        seq -> BigInt,
        id -> Binary,
        jwt -> Text,
    }
}

diesel::table! {
    entry_name (name, entry) {
        name -> BigInt,
        entry -> BigInt,
    }
}

diesel::table! {
    entry_recent (batch) {
        batch -> BigInt,
        places -> Binary,
    }
}

diesel::table! {
    entry_turn (one) {
        one -> BigInt,
        batches -> BigInt,
        slice -> BigInt,
        since -> BigInt,
        oldest -> BigInt,
    }
}

diesel::table! {
    tile (log, level, idx) {
        log -> BigInt,
        level -> BigInt,
        idx -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    head (log) {
        log -> BigInt,
        origin -> Text,
        size -> BigInt,
        root -> Binary,
        beat_at -> BigInt,
        bumped -> BigInt,
    }
}

diesel::table! {
    disclosure (entry) {
        entry -> BigInt,
        log -> BigInt,
        balance -> Nullable<Text>,
        trade -> Nullable<Text>,
        personal -> Nullable<Text>,
    }
}

diesel::table! {
    parked (id) {
        id -> Binary,
        log -> BigInt,
        awaits -> Binary,
        awaits_prefix -> BigInt,
        parked_at -> BigInt,
        sd_jwt -> Text,
        site -> Nullable<Text>,
    }
}

diesel::table! {
    party (id, log) {
        id -> Text,
        log -> BigInt,
        entry -> BigInt,
        kind -> Text,
        name -> Nullable<Text>,
        county -> BigInt,
        agent -> Nullable<Text>,
        said -> BigInt,
    }
}

diesel::table! {
    site (id, log) {
        id -> Text,
        log -> BigInt,
        entry -> BigInt,
        party -> Text,
        kind -> Text,
        name -> Text,
        county -> BigInt,
        open -> BigInt,
        filed -> BigInt,
        said -> BigInt,
    }
}

diesel::table! {
    signing_key (kid, log) {
        kid -> Binary,
        log -> BigInt,
        jwk -> Binary,
        entry -> BigInt,
        party -> Text,
        sites -> Text,
        role -> Text,
        from_at -> BigInt,
        until_at -> Nullable<BigInt>,
        revoked -> Nullable<BigInt>,
        suspect_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    feed (kid, log) {
        kid -> Binary,
        log -> BigInt,
        seq_max -> BigInt,
        last_id -> Binary,
        anchored -> Nullable<BigInt>,
    }
}

diesel::table! {
    lot (key) {
        key -> BigInt,
        log -> BigInt,
        code -> Text,
        class -> Text,
        party -> Text,
        made_on -> Text,
        best_before -> Nullable<Text>,
    }
}

diesel::table! {
    movement (key) {
        key -> BigInt,
        log -> BigInt,
        role -> BigInt,
        lot -> BigInt,
        site -> BigInt,
        uom -> BigInt,
        amount -> BigInt,
        of_line -> Nullable<BigInt>,
        left_amount -> BigInt,
        disputed -> BigInt,
        held -> BigInt,
    }
}

diesel::table! {
    shipment (key) {
        key -> BigInt,
        log -> BigInt,
        waybill -> Text,
        from_site -> Text,
        sender -> Text,
        to_site -> Text,
        carrier -> Nullable<Text>,
        sent_at -> BigInt,
    }
}

diesel::table! {
    paper (key) {
        key -> BigInt,
        log -> BigInt,
        kind -> Text,
        number -> Text,
        valid_until -> Nullable<Text>,
        passed -> Nullable<BigInt>,
        spender -> Nullable<Text>,
        uom -> Nullable<BigInt>,
        left_amount -> Nullable<BigInt>,
        lots -> Text,
    }
}

diesel::table! {
    about (subject, entry) {
        subject -> Text,
        entry -> BigInt,
        log -> BigInt,
    }
}

diesel::table! {
    cite (cited, entry) {
        cited -> BigInt,
        entry -> BigInt,
        log -> BigInt,
    }
}

diesel::table! {
    finding (found_at, ord) {
        found_at -> BigInt,
        ord -> BigInt,
        log -> BigInt,
        entry -> BigInt,
        code -> Text,
        detail -> Text,
    }
}

diesel::table! {
    session (hash) {
        hash -> Binary,
        kid -> Binary,
        kind -> BigInt,
        made_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    answered_challenge (hash) {
        hash -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    access_note (number) {
        number -> BigInt,
        at -> BigInt,
        kid -> Binary,
        party -> Nullable<Text>,
        role -> Text,
        relation -> Text,
        entry -> BigInt,
        owner -> Text,
        class -> Text,
        purpose -> Nullable<Text>,
    }
}

diesel::table! {
    journal_horizon (one) {
        one -> BigInt,
        before_at -> BigInt,
    }
}

diesel::table! {
    invitation (id) {
        id -> Text,
        code_hash -> Binary,
        party -> Text,
        sites -> Text,
        role -> Text,
        label -> Nullable<Text>,
        made_by -> Binary,
        made_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        kid -> Nullable<Binary>,
        jwk -> Nullable<Binary>,
        proof -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    report (number) {
        number -> Text,
        lot -> Text,
        site -> Nullable<Text>,
        told -> Text,
        bought_at -> Nullable<Text>,
        contact -> Nullable<Binary>,
        photo -> Nullable<Binary>,
        made_at -> BigInt,
        due_on -> Nullable<Text>,
        state -> Text,
        answer -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    attached (hash) {
        hash -> Binary,
        media -> Text,
        bytes -> Binary,
        size -> BigInt,
        party -> Text,
        sent_at -> BigInt,
    }
}

diesel::table! {
    site_note (site, name) {
        site -> Text,
        name -> Text,
        party -> Text,
        kind -> Text,
        number -> BigInt,
        kid -> Binary,
        kept_at -> BigInt,
        said -> Nullable<Text>,
        size -> BigInt,
    }
}

diesel::table! {
    imported (name) {
        name -> Binary,
        record -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(entry, disclosure);
diesel::allow_tables_to_appear_in_same_query!(invitation, signing_key);
diesel::allow_tables_to_appear_in_same_query!(about, entry);
diesel::allow_tables_to_appear_in_same_query!(cite, entry);
diesel::allow_tables_to_appear_in_same_query!(movement, shipment);
diesel::allow_tables_to_appear_in_same_query!(feed, signing_key);
