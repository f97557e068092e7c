import Formats

/// Every code of a finding about the repository, with what it means and the way out.
///
/// A code never changes its meaning and is never used again. `RCN11xx` to `RCN13xx` are those of the formats.
package enum DiagnosticCode: String, Sendable, CaseIterable {
    // The repository as a whole
    case noFleetFile = "RCN1001"
    case misplacedFile = "RCN1002"
    case linkRefused = "RCN1003"
    case submoduleRefused = "RCN1004"
    case collidingPaths = "RCN1005"
    case unreadableFile = "RCN1006"
    case stateEdited = "RCN1007"
    case vanishedFile = "RCN1008"
    case strangePath = "RCN1009"
    // References between files
    case wrongKind = "RCN1010"
    case wrongName = "RCN1011"
    case unknownTier = "RCN1012"
    case unknownRole = "RCN1013"
    case unknownBlueprint = "RCN1014"
    case unknownEnvironment = "RCN1015"
    case unknownTenant = "RCN1016"
    case duplicateName = "RCN1017"
    case reservedName = "RCN1018"
    case duplicateDomain = "RCN1019"
    case unknownFeature = "RCN1020"
    case unknownLimit = "RCN1021"
    case wrongValue = "RCN1022"
    case notSupported = "RCN1023"
    case sharedPrefix = "RCN1024"
    // Tenants and their people
    case limitExceeded = "RCN1030"
    case notOverridable = "RCN1031"
    case removalProtected = "RCN1032"
    case expiresSoon = "RCN1033"
    case wrongEmail = "RCN1040"
    case duplicatePerson = "RCN1041"
    case repeatedRow = "RCN1042"
    case differingProfile = "RCN1043"
    case wrongCell = "RCN1044"
    case roleNotAllowed = "RCN1047"
    // Values
    case valueNotAllowed = "RCN1050"
    case valueInvalid = "RCN1051"
    case unusedValues = "RCN1052"
    // Blueprints
    case expression = "RCN1060"
    case evaluation = "RCN1061"
    case manifest = "RCN1062"
    case noManifest = "RCN1063"
    case duplicateObject = "RCN1064"
    case unclearNumber = "RCN1065"
    case wrongSchema = "RCN1066"
    // Policy
    case kindNotAllowed = "RCN3101"
    case foreignNamespace = "RCN3102"
    case markWritten = "RCN3103"
    case listOfObjects = "RCN3104"
    case generatedName = "RCN3105"
    case privilegedRole = "RCN3106"
    case privilegedNamespace = "RCN3107"
    case foreignCredential = "RCN3108"

    /// One line: what the finding is.
    package var title: String { text.title }
    /// What to do about it.
    package var remedy: String { text.remedy }

    func at(
        _ place: Place?, _ message: String, _ severity: Diagnostic.Severity = .error, notes: [Diagnostic.Note] = []
    ) -> Diagnostic {
        Diagnostic(rawValue, severity, at: place, message, notes: notes)
    }
}
