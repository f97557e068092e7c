/// Codes of findings about the live side: stable for ever.
enum LiveFinding {
    /// The cluster could not be read whole.
    static let clusterUnknown = "RCN2001"
    /// The realm could not be read whole.
    static let identityUnknown = "RCN2002"
}
