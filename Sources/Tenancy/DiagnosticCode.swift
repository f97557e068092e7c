import Formats

/// Every code of a finding about the repository, with what it means and the way out.
///
/// A code never changes its meaning and is never used again.
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
    case cutFile = "RCN1025"
    case noSharedFile = "RCN1026"
    case wrongScope = "RCN1027"
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
    case mixedScripts = "RCN1048"
    case lookalike = "RCN1049"
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
    // What the API server would refuse
    case unknownField = "RCN1070"
    case wrongFieldType = "RCN1071"
    case missingField = "RCN1072"
    case refusedValue = "RCN1073"
    case unknownKind = "RCN1074"
    case missingObject = "RCN1075"
    case unmatchedSelector = "RCN1076"
    // YAML: found by the parser, listed here to be explained
    case yamlSyntax = "RCN1101"
    case yamlEncoding = "RCN1102"
    case yamlCharacter = "RCN1103"
    case duplicateKey = "RCN1104"
    case tooDeep = "RCN1105"
    case alias = "RCN1106"
    case tag = "RCN1107"
    case wrongKey = "RCN1108"
    case documentCount = "RCN1109"
    case tooLarge = "RCN1110"
    // CSV: the same
    case csvSyntax = "RCN1201"
    case csvEncoding = "RCN1202"
    case csvCharacter = "RCN1203"
    case csvHeader = "RCN1204"
    case fieldCount = "RCN1205"
    case blankLine = "RCN1206"
    case noHeader = "RCN1207"
    case tooManyMistakes = "RCN1208"
    // Schemas: the same
    case wrongType = "RCN1301"
    case unknownKey = "RCN1302"
    case missingKey = "RCN1303"
    case wrongChoice = "RCN1304"
    case wrongText = "RCN1305"
    case wrongNumber = "RCN1306"
    case wrongShape = "RCN1307"
    // Habits: warnings of `lint`
    case unusedRole = "RCN1801"
    case unusedTier = "RCN1802"
    case unusedBlueprint = "RCN1803"
    case unusedValue = "RCN1804"
    case noResources = "RCN1805"
    case noProbe = "RCN1806"
    case movingImage = "RCN1807"
    case namelessPerson = "RCN1808"
    // The record on the state branch: found by its reader, listed here to be explained
    case stateCutOff = "RCN1901"
    case stateConflict = "RCN1902"
    case stateVersion = "RCN1903"
    case stateContent = "RCN1904"
    case stateMissing = "RCN1905"
    // Live systems: found by the plan
    case clusterUnknown = "RCN2001"
    case identityUnknown = "RCN2002"
    case lingering = "RCN2003"
    // Safety: found by the plan
    case limitWaits = "RCN3001"
    case approvalExpired = "RCN3002"
    case approvalUsed = "RCN3003"
    case blocked = "RCN3004"
    case limitReached = "RCN3005"
    case policyChange = "RCN3006"
    // Policy
    case kindNotAllowed = "RCN3101"
    case foreignNamespace = "RCN3102"
    case markWritten = "RCN3103"
    case listOfObjects = "RCN3104"
    case generatedName = "RCN3105"
    case privilegedRole = "RCN3106"
    case privilegedNamespace = "RCN3107"
    case foreignCredential = "RCN3108"
    case hostAccess = "RCN3110"
    case privilegedContainer = "RCN3111"
    case wideRole = "RCN3112"
    case wideBinding = "RCN3113"
    case foreignAccount = "RCN3114"
    case riskyAnnotation = "RCN3115"
    case externalAddress = "RCN3116"
    case finalizerWritten = "RCN3117"

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
