"""Fact sheets of the data sets whose action units somebody coded; part of `duchenne.datasets.catalogue`.

Takes nothing, gives `CODED`. All of them are licensed, and none is shipped.
"""

from __future__ import annotations

from typing import Final

from duchenne.datasets.fact_sheet import Dataset

CODED: Final = (
    Dataset(
        name="disfa",
        title="DISFA: adults who watch a film, twelve action units from 0 to 5 in every frame",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="http://mohammadmahoor.com/pages/databases/disfa/",
        citation=(
            "S. M. Mavadati, M. H. Mahoor, K. Bartlett, P. Trinh, J. F. Cohn: "
            '"DISFA: a spontaneous facial action intensity database", IEEE Transactions on Affective Computing, '
            "2013"
        ),
        access="Professors and heads of laboratories ask at the source, with the signed agreement.",
        reader="duchenne.datasets.disfa:read_disfa",
        layout=(
            "ActionUnit_Labels/SN001/SN001_au1.txt   frame (from 1), intensity 0 to 5, no header\n"
            "Videos_LeftCamera/LeftVideoSN001_comp.avi"
        ),
        rules=(
            "Intensities are shares of E (5). Every subject must have the same units. The three parts of "
            "`duchenne.datasets.disfa:FOLDS` share nobody."
        ),
    ),
    Dataset(
        name="bp4d",
        title="BP4D and EB+: people doing tasks, action units coded frame by frame",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="https://www.cs.binghamton.edu/~lijun/Research/3DFE/3DFE_Analysis.html",
        citation=(
            "X. Zhang, L. Yin, J. F. Cohn, S. Canavan, M. Reale, A. Horowitz, P. Liu, J. M. Girard: "
            '"BP4D-Spontaneous: a high-resolution spontaneous 3D dynamic facial expression database", Image and '
            "Vision Computing 32(10), 2014"
        ),
        access="Ask at the source, with the signed agreement. Or make one: duchenne synth layout bp4d.",
        reader="duchenne.datasets.bp4d:read_bp4d",
        layout=(
            "AUCoding/AU_OCC/F001_T1.csv             frame, then a column a unit: 1, 0, or 9 for not coded\n"
            "AUCoding/AU_INT/AU06/F001_T1_AU06.csv   frame, 0 to 5 or 9, no header\n"
            "F001/T1/2440.jpg                        or F001/T1.mp4"
        ),
        rules=(
            "9 is missing, not absent. Occurrence is 0 or 1; intensities, where they were coded, are shares of E. "
            "The three parts of `duchenne.datasets.bp4d:FOLDS` share nobody."
        ),
    ),
    Dataset(
        name="aff_wild2",
        title="Aff-Wild2: videos from the web, twelve action units present or absent in every frame",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="https://ibug.doc.ic.ac.uk/resources/aff-wild2/",
        citation=(
            'D. Kollias, S. Zafeiriou: "Expression, affect, action unit recognition: Aff-Wild2, multi-task '
            'learning and ArcFace", BMVC 2019, arXiv:1910.04855'
        ),
        access="Ask at the source, with the signed agreement.",
        reader="duchenne.datasets.aff_wild2:read_aff_wild2",
        layout=(
            "AU_Detection_Challenge/Train_Set/VIDEO.txt       AU1,AU2,...; then 1, 0 or -1 a line a frame\n"
            "VA_Estimation_Challenge/Train_Set/VIDEO.txt      valence,arousal; then -1 to 1, or -5\n"
            "EXPR_Recognition_Challenge/Train_Set/VIDEO.txt   names of expressions; then 0 to 7, or -1\n"
            "cropped_aligned/VIDEO/00001.jpg"
        ),
        rules=(
            "-1 and -5, not labelled, are missing, not absent. Who is shown is not published: a video counts as a "
            'person. Valence, arousal and expressions are read by `duchenne.datasets.aff_wild2_affect`; "Other" is '
            "no expression here."
        ),
    ),
    Dataset(
        name="emotionet",
        title="EmotioNet: photographs from the web, action units present or absent",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="http://cbcsl.ece.ohio-state.edu/EmotionNetChallenge/",
        citation=(
            'C. F. Benitez-Quiroz, R. Srinivasan, A. M. Martinez: "EmotioNet: an accurate, real-time algorithm for '
            'the automatic annotation of a million facial expressions in the wild", CVPR 2016'
        ),
        access="Ask at the source, with the signed agreement; one gets addresses, and downloads the pictures.",
        reader="duchenne.datasets.emotionet:read_emotionet",
        layout=(
            "dataFile_0000.txt        tab-separated: address, original address, AU 1 to AU 60: 1, 0 or 999\n"
            "images/NAME              NAME is the last part of the address"
        ),
        rules=(
            "999, not coded, is missing, not absent. Pictures that are not there are left out: many addresses have "
            "died. Who is shown is not published. The layout was not checked against the original files."
        ),
    ),
)
