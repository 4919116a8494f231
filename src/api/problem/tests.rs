use super::*;

#[test]
fn what_a_database_says_is_not_told_to_strangers() {
    let cause = AppError::Contradicts {
        what: "secret table".into(),
    };
    let problem = Problem::from(cause);
    assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(problem.code(), "contradicts");
    assert!(!problem.detail.to_string().contains("secret"));
}

#[test]
fn whoever_is_turned_away_is_told_when_to_come_back() {
    let response = Problem::from(AppError::Overloaded).respond("r");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(RETRY_AFTER));
}

#[test]
fn a_refused_record_is_never_the_servers_fault() {
    let problem = Problem::refused(&Refusal::UnknownKey);
    assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem.code(), "unknown_key");
}
